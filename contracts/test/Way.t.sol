// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {TestDollar} from "../src/TestDollar.sol";
import {Way} from "../src/Way.sol";
import {assertEq, assertTrue, bound, vm} from "./Vm.sol";

contract WayTest {
    address private constant TREASURY = address(0x73ea);
    address private constant MINTER = address(0x3147);

    Way private way;

    function setUp() external {
        way = new Way(TREASURY);
        way.setMinter(MINTER);
    }

    function test_treasury_holds_the_initial_supply() external view {
        assertEq(way.balanceOf(TREASURY), 500_000_000e18, "treasury");
        assertEq(way.totalSupply(), 500_000_000e18, "supply");
        assertEq(way.CAP(), 1e27, "cap");
    }

    function test_minter_is_set_once_by_the_deployer() external {
        vm.expectRevert(abi.encodeWithSelector(Way.MinterAlreadySet.selector, MINTER));
        way.setMinter(address(this));

        Way fresh = new Way(TREASURY);
        vm.prank(MINTER);
        vm.expectRevert(abi.encodeWithSelector(Way.NotDeployer.selector, MINTER));
        fresh.setMinter(MINTER);
    }

    function test_only_the_minter_mints() external {
        vm.expectRevert(abi.encodeWithSelector(Way.NotMinter.selector, address(this)));
        way.mint(address(this), 1);
    }

    function testFuzz_minted_over_all_time_stays_within_the_reserve(uint256 first, uint256 burned) external {
        first = bound(first, 1, way.RESERVE());
        burned = bound(burned, 0, first);
        vm.startPrank(MINTER);
        way.mint(MINTER, first);
        way.burn(burned);
        // Burning makes no room: what was burned can never be minted again.
        uint256 left = way.RESERVE() - first;
        vm.expectRevert(abi.encodeWithSelector(Way.ReserveExceeded.selector, left + 1, left));
        way.mint(MINTER, left + 1);
        way.mint(MINTER, left);
        vm.stopPrank();
        assertEq(way.mintedFromReserve(), way.RESERVE(), "minted");
        assertEq(way.totalSupply(), way.CAP() - burned, "supply");
    }

    function test_votes_count_by_time() external {
        vm.warp(1_000);
        assertEq(way.clock(), 1_000, "clock");
        vm.prank(TREASURY);
        way.delegate(address(this));
        vm.warp(1_001);
        assertEq(way.getPastVotes(address(this), 1_000), 500_000_000e18, "votes");
    }

    function test_the_test_dollar_is_open_to_anyone_and_says_so() external {
        TestDollar dollar = new TestDollar();
        vm.prank(address(0xabc));
        dollar.mint(address(this), 5);
        assertEq(dollar.balanceOf(address(this)), 5, "minted");
        assertEq(dollar.decimals(), 6, "decimals");
        assertTrue(keccak256(bytes(dollar.name())) == keccak256("Wayleave Test Dollar (no value)"), "name");
    }
}
