// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";

/// @title TestDollar: a coin without value for local networks and tests
/// @notice Stands in for a stablecoin with 6 decimals. Anyone mints any amount: never deploy where it could be
/// mistaken for money.
contract TestDollar is ERC20, ERC20Permit {
    constructor() ERC20("Wayleave Test Dollar (no value)", "tUSD") ERC20Permit("Wayleave Test Dollar (no value)") {}

    /// @notice Mints `amount` µ$ to `to`.
    /// Effects: the balance of `to` and the supply grow by `amount`.
    /// Requirements: none; it is a test coin.
    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    /// @inheritdoc ERC20
    function decimals() public pure override returns (uint8) {
        return 6;
    }
}
