// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Colluding} from "./Colluding.sol";

contract SettlementInvariants {
    Colluding private colluding;

    function setUp() external {
        colluding = new Colluding();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(colluding);
    }

    function invariant_whatever_a_quorum_signs_the_bounds_hold() external view {
        colluding.check();
    }

    /// @dev The moves must do what they are for, or the invariant guards nothing.
    function afterInvariant() external view {
        if (colluding.statements() + colluding.overreaches() == 0) revert("nothing was settled");
    }
}
